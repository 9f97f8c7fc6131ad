package measure

// MemoryOf reads the text of a process's status.
func MemoryOf(status string) (Memory, bool) { return memoryOf(status) }
