"""Reading archives that nobody vouches for, and unpacking them all or nothing.

The way of an archive: ``recognise`` opens it by its content; ``zip_archive`` or
``tar_archive`` lists its members; ``encodings`` turns the bytes of their names
into text; ``names`` refuses every name that could lead out of the folder;
``plan`` settles what becomes of each member; ``limits`` holds it against the
disk; ``staging`` writes it aside and renames it.

Covered: hostile names, links, special files, encrypted and damaged archives,
bombs (declared and actual), overlapping members, unbounded headers.
Not covered: archives inside the archive (they stay closed files), another user
of the machine who writes into the staging folder, names that differ only in
case or Unicode normalisation (distinct files on Linux), extended attributes and
owners (dropped).
"""
