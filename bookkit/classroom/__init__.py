"""The classroom kit: what a teacher takes from the built book into a lesson."""
