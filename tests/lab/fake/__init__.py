"""A fake AWS that serves a declared world over the real protocols.

What it is: an HTTP server that parses and serialises every operation from the
botocore models, and takes the records it answers with from world files.
What it refuses: to change anything, to guess an answer that no world file and
no family declares, and to ignore an input that it does not understand.
"""
