#pragma once

// The BLACS, PBLAS and ScaLAPACK routines this room calls, which come without headers, and
// overloads of one name for real and complex matrices.

#include <complex>
#include <cstddef>

#include <mpi.h>

namespace rmtheat::linalg {

using Complex = std::complex<double>;

// NOLINTBEGIN(readability-identifier-naming): the libraries' own names
extern "C" {
int Csys2blacs_handle(MPI_Comm communicator);
void Cfree_blacs_system_handle(int handle);
void Cblacs_gridinit(int* context, const char* order, int rows, int columns);
void Cblacs_gridinfo(int context, int* rows, int* columns, int* my_row, int* my_column);
void Cblacs_gridexit(int context);
void Cdgebs2d(int context, const char* scope, const char* topology, int rows, int columns,
              const double* a, int lda);
void Czgebs2d(int context, const char* scope, const char* topology, int rows, int columns,
              const Complex* a, int lda);
void Cdgebr2d(int context, const char* scope, const char* topology, int rows, int columns,
              double* a, int lda, int source_row, int source_column);
void Czgebr2d(int context, const char* scope, const char* topology, int rows, int columns,
              Complex* a, int lda, int source_row, int source_column);
void Cdgsum2d(int context, const char* scope, const char* topology, int rows, int columns,
              double* a, int lda, int row, int column);
void Czgsum2d(int context, const char* scope, const char* topology, int rows, int columns,
              Complex* a, int lda, int row, int column);

void pdsyevd_(const char* jobz, const char* uplo, const int* n, double* a, const int* ia,
              const int* ja, const int* desca, double* w, double* z, const int* iz, const int* jz,
              const int* descz, double* work, const int* lwork, int* iwork, const int* liwork,
              int* info, std::size_t jobz_length, std::size_t uplo_length);
void pzheevd_(const char* jobz, const char* uplo, const int* n, Complex* a, const int* ia,
              const int* ja, const int* desca, double* w, Complex* z, const int* iz, const int* jz,
              const int* descz, Complex* work, const int* lwork, double* rwork, const int* lrwork,
              int* iwork, const int* liwork, int* info, std::size_t jobz_length,
              std::size_t uplo_length);

void pdstedc_(const char* compz, const int* n, double* d, double* e, double* q, const int* iq,
              const int* jq, const int* descq, double* work, const int* lwork, int* iwork,
              const int* liwork, int* info, std::size_t compz_length);

// PBLAS and the redistribution routines are written in C: no hidden string lengths.
void pdtran_(const int* m, const int* n, const double* alpha, const double* a, const int* ia,
             const int* ja, const int* desca, const double* beta, double* c, const int* ic,
             const int* jc, const int* descc);
void pztranc_(const int* m, const int* n, const Complex* alpha, const Complex* a, const int* ia,
              const int* ja, const int* desca, const Complex* beta, Complex* c, const int* ic,
              const int* jc, const int* descc);
void pdgemr2d_(const int* m, const int* n, const double* a, const int* ia, const int* ja,
               const int* desca, double* b, const int* ib, const int* jb, const int* descb,
               const int* context);
void pzgemr2d_(const int* m, const int* n, const Complex* a, const int* ia, const int* ja,
               const int* desca, Complex* b, const int* ib, const int* jb, const int* descb,
               const int* context);
}
// NOLINTEND(readability-identifier-naming)

/// C = A^dagger with square matrices of dimension n.
inline void padjoint(int n, const double* a, const int* desca, double* c, const int* descc) {
  const int one = 1;
  const double unity = 1.0;
  const double zero = 0.0;
  pdtran_(&n, &n, &unity, a, &one, &one, desca, &zero, c, &one, &one, descc);
}
inline void padjoint(int n, const Complex* a, const int* desca, Complex* c, const int* descc) {
  const int one = 1;
  const Complex unity = 1.0;
  const Complex zero = 0.0;
  pztranc_(&n, &n, &unity, a, &one, &one, desca, &zero, c, &one, &one, descc);
}

/// Copies the columns [first, first + n) of A, m rows, to the same place of B. `first` is counted
/// from 1; `context` encloses both grids.
inline void pgemr2d(int m, int n, int first, const double* a, const int* desca, double* b,
                    const int* descb, int context) {
  const int one = 1;
  pdgemr2d_(&m, &n, a, &one, &first, desca, b, &one, &first, descb, &context);
}
inline void pgemr2d(int m, int n, int first, const Complex* a, const int* desca, Complex* b,
                    const int* descb, int context) {
  const int one = 1;
  pzgemr2d_(&m, &n, a, &one, &first, desca, b, &one, &first, descb, &context);
}

/// Sum over all processes of a grid, in place on each.
inline void grid_sum(int context, int count, double* values) {
  Cdgsum2d(context, "All", " ", count, 1, values, count, -1, 0);
}
inline void grid_sum(int context, int count, Complex* values) {
  Czgsum2d(context, "All", " ", count, 1, values, count, -1, 0);
}

/// A contiguous block of rows x columns from process (0, source) of a grid of one row to all.
inline void row_broadcast(int context, int rows, int columns, double* block, int source,
                          bool is_source) {
  is_source ? Cdgebs2d(context, "All", " ", rows, columns, block, rows)
            : Cdgebr2d(context, "All", " ", rows, columns, block, rows, 0, source);
}
inline void row_broadcast(int context, int rows, int columns, Complex* block, int source,
                          bool is_source) {
  is_source ? Czgebs2d(context, "All", " ", rows, columns, block, rows)
            : Czgebr2d(context, "All", " ", rows, columns, block, rows, 0, source);
}

}  // namespace rmtheat::linalg
