# shellcheck shell=bash
# The lines that a site changes, in one place: every job script here sources this file. A project to
# account to and a partition are best given to all jobs at once by the environment, SBATCH_ACCOUNT and
# SBATCH_PARTITION, or on sbatch's command line.

# The program and the libraries it was built with: by a module, or, where there is none, by the line below it.
module load rmtheat
# export PATH=$HOME/rmtheat/bin:$PATH

# How MPI programs are started. `srun --mpi=list` shows whether SLURM and Open MPI share PMIx; where they
# do not, write: launch=(mpirun). With MPICH and its kin: launch=(srun --mpi=pmi2).
launch=(srun --mpi=pmix)

# One rank per core; threads of the BLAS beside it would compete with it.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

# mpirun kills its ranks one second after it was told to end: time enough to stop, not to write a file. (That of
# Open MPI 5 kills them at once, whatever it is told: prefer srun.)
export OMPI_MCA_odls_base_sigkill_timeout=30

# Many parallel file systems support no locks, and HDF5 then refuses to open files. The program keeps two
# jobs off one file by itself.
export HDF5_USE_FILE_LOCKING=FALSE
