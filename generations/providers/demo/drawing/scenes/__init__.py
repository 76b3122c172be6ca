"""What can be seen on the pictures: one function a motif."""
