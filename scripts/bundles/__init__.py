"""What the build scripts of the bundled counties share. Nothing here runs with the product."""
