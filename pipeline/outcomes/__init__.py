"""What came of it: one module an outcome, core frames in, one mart frame out. METHODS defines each figure."""
