#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hdf5.hpp"
#include "io/temporary_directory.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

using testing::HasSubstr;

/// What reading a file with the root that `make` fills is answered with.
template <class Make>
std::string refusal(Make make) {
  const hdf5::FileImage image;
  make(image.root());
  const auto bytes = image.bytes();
  const TemporaryDirectory directory;
  const auto path = directory.path() / "foreign.h5";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  try {
    read_results(path);
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("File " + path.string() + " cannot be read: "));
    return error.what();
  }
  return "accepted";
}

void name_schema(const hdf5::Group& root, std::int64_t version) {
  root.set_attribute("schema", std::string("rmtheat"));
  root.set_attribute("schema_version", version);
}

TEST(ForeignFile, WithoutOurSchemaIsRefused) {
  EXPECT_THAT(refusal([](const hdf5::Group&) {}), HasSubstr("it is no results file of rmtheat"));
  EXPECT_THAT(refusal([](const hdf5::Group& root) {
                root.set_attribute("schema", std::string("another"));
              }),
              HasSubstr("it is no results file of rmtheat"));
  EXPECT_THAT(
      refusal([](const hdf5::Group& root) { root.set_attribute("schema", 1.0); }),
      HasSubstr("reading attribute schema failed: it is of another type than it should be"));
}

TEST(ForeignFile, OfANewerSchemaIsRefused) {
  EXPECT_THAT(refusal([](const hdf5::Group& root) { name_schema(root, 3); }),
              HasSubstr("it has schema version 3, this program reads versions 1 to 2"));
}

TEST(ForeignFile, LackingAPartTellsWhich) {
  EXPECT_THAT(refusal([](const hdf5::Group& root) { name_schema(root, 2); }),
              HasSubstr("opening attribute config failed: "));
}

TEST(Hdf5, HandlesMoveAndCloseOnce) {
  const hdf5::FileImage image;
  const auto root = image.root();
  hdf5::Group first = root.create_group("first");
  hdf5::Group second = root.create_group("second");
  const hid_t id = first.id();
  second = std::move(first);
  EXPECT_EQ(second.id(), id);
  EXPECT_GT(H5Iis_valid(id), 0);
  {
    const hdf5::Group last = std::move(second);
    EXPECT_EQ(last.id(), id);
  }
  EXPECT_EQ(H5Iis_valid(id), 0);
  EXPECT_THAT(root.names(), testing::ElementsAre("first", "second"));
}

TEST(Hdf5, ShapesAreChecked) {
  const hdf5::FileImage image;
  const auto dataset = image.root().create_dataset<double>("x", {2, 3});
  const std::vector<double> values = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
  dataset.write(std::span<const double>(values));
  EXPECT_EQ(dataset.read<double>({2, 3}), values);
  EXPECT_THROW(static_cast<void>(dataset.read<double>({3, 2})), hdf5::Failure);
  EXPECT_THROW(dataset.write(std::span<const double>(values).first(5)), hdf5::Failure);
}

}  // namespace
}  // namespace rmtheat::io
