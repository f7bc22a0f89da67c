"""`/api/v1`: what programs and a browser's scripts ask of the house, through the same door as everybody else."""
