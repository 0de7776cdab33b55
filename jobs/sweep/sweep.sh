# shellcheck shell=bash disable=SC2034
# What is swept, and in how many parts: read by sweep.sbatch and merge.sbatch.
strengths=(0.02 0.05 0.1 0.2 0.4)
parts=4
realizations=400 # of each strength
