"""The CAD jobs of the PLM example: a worker in Python."""
