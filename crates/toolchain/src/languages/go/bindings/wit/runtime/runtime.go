// Package runtime passes memory between Go and the host. What is generated beside it calls it; a plugin need not.
//
// The host puts texts and lists into memory that it asks cabi_realloc for, and meanwhile the plugin may call
// nothing of the host: the call would end it. Go's collector may begin whenever memory is taken, and it asks the
// clock, which is the host's; and it may let another goroutine run, which may do anything. So while the host is
// given memory the clock stands still, and the collector and the other goroutines wait.
package runtime

import (
	"runtime"
	"unsafe"
)

// Allocate takes memory that the host reads or writes. It stays until the pinner lets go of it.
func Allocate(pinner *runtime.Pinner, size, align uintptr) unsafe.Pointer {
	pointer := take(size, align)
	pinner.Pin(pointer)
	return pointer
}

// Unpin lets go of what the host was given for the parameters of a handler, which have become Go's by now.
func Unpin() {
	clear(given)
	given = given[:0]
	collect()
}

// Hold is called before the host is, if it will answer with more than a number. Until what it returns is called,
// no memory is collected: so what the host puts into memory is there until it has become Go's.
func Hold() func() {
	procPin()
	holds++
	return release
}

func release() {
	holds--
	procUnpin()
	if holds == 0 {
		collect()
	}
}

var (
	// What the host was given for parameters.
	given []unsafe.Pointer
	// How many calls of the host are under way.
	holds int
	// How many bytes the host was given since the collector had its turn.
	uncollected uintptr
	// Whether Go's own memory can be used.
	isReady bool
	// What is taken before that: Go asks the host for its clock and for random numbers while it starts, and the
	// translation of these calls needs memory.
	early     [1 << 18]byte
	earlyUsed uintptr
	// So that what collect takes is really taken.
	sink []byte
)

func init() {
	isReady = true
}

// How much the host is given before the collector has its turn, and how much must be taken for it to look whether
// there is enough to do. It does so by itself when a plugin takes memory, but not while the host is given some.
const (
	turn  = 256 << 10
	large = 64 << 10
)

func collect() {
	if uncollected < turn {
		return
	}
	uncollected = 0
	sink = make([]byte, large)
	sink = nil
}

//go:wasmexport cabi_realloc
func cabiRealloc(old unsafe.Pointer, oldSize, align, size uintptr) unsafe.Pointer {
	if !isReady {
		return takeEarly(size, align)
	}
	pauseClock(true)
	procPin()
	pointer := take(size, align)
	if old != nil {
		copy(unsafe.Slice((*byte)(pointer), size), unsafe.Slice((*byte)(old), oldSize))
	}
	if holds == 0 {
		given = append(given, pointer)
	}
	uncollected += size
	procUnpin()
	pauseClock(false)
	return pointer
}

// take takes memory in which the collector looks for no pointers: those in it are the host's, of 32 bits.
func take(size, align uintptr) unsafe.Pointer {
	if size == 0 {
		return nil
	}
	switch align {
	case 1:
		return unsafe.Pointer(unsafe.SliceData(make([]uint8, size)))
	case 2:
		return unsafe.Pointer(unsafe.SliceData(make([]uint16, (size+1)/2)))
	case 4:
		return unsafe.Pointer(unsafe.SliceData(make([]uint32, (size+3)/4)))
	default:
		return unsafe.Pointer(unsafe.SliceData(make([]uint64, (size+7)/8)))
	}
}

func takeEarly(size, align uintptr) unsafe.Pointer {
	base := uintptr(unsafe.Pointer(&early))
	start := (base+earlyUsed+align-1)&^(align-1) - base
	if start+size > uintptr(len(early)) {
		panic("more memory is needed at the start than there is")
	}
	earlyUsed = start + size
	return unsafe.Add(unsafe.Pointer(&early), start)
}

//go:wasmimport wasi_snapshot_preview1 adapter_monotonic_clock_set_paused
func pauseClock(isPaused bool)

// While a goroutine is pinned, neither does the collector begin, nor another goroutine run.
//
//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

// Handle is a resource of the host.
type Handle struct {
	value int32
}

// MakeHandle makes one of the host's number for it.
func MakeHandle(value int32) *Handle {
	handle := &Handle{}
	handle.Set(value)
	return handle
}

// Use is the host's number for it.
func (handle *Handle) Use() int32 {
	if handle.value == 0 {
		panic("a resource was used that was given away or dropped")
	}
	return handle.value
}

// Take is the host's number for it, which is not used again.
func (handle *Handle) Take() int32 {
	value := handle.Use()
	handle.value = 0
	return value
}

// TakeOrNil is like Take, and 0 if it was taken before.
func (handle *Handle) TakeOrNil() int32 {
	value := handle.value
	handle.value = 0
	return value
}

// Set gives it the host's number, once.
func (handle *Handle) Set(value int32) {
	if value == 0 || handle.value != 0 {
		panic("a resource has no number, or has one already")
	}
	handle.value = value
}
