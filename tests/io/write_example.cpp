// Writes the example results to the file named by the argument, for test_schema.py.
#include <iostream>

#include "io/example_results.hpp"

int main(int count, char** arguments) try {
  if (count != 2) {
    std::cerr << "usage: io_write_example FILE\n";
    return 2;
  }
  rmtheat::io::write_results(arguments[1], rmtheat::io::example_results(), true);
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
