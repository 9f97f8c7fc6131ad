package lockfile

// OwnerPath is where the owner of the lock at path is written.
func OwnerPath(path string) string { return ownerPath(path) }
