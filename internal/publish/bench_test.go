package publish

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// large is a site of calibrations as large as real ones where it matters: 13
// files each, of which the new one has its 11 MB.
func large(n, full int) memory {
	m := site("text", ids(n)...)
	for i, id := range ids(n) {
		size := 1 << 10
		if i >= full {
			size = 1 << 20
		}
		for k := range 10 {
			b := make([]byte, size)
			r := rand.New(rand.NewPCG(uint64(i), uint64(k)))
			for j := range b {
				b[j] = byte(r.Uint32())
			}
			m[fmt.Sprintf("dark_cal/%s/file%d.bin", id, k)] = string(b)
		}
	}
	return m
}

func ids(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("%d_%03d", 2000+i/10, i%10))
	}
	return list
}

// counted is a tree whose files are hashed once, as a manifest has them.
type counted struct {
	memory
	files []File
}

func (c counted) Files() []File { return c.files }

func manifested(m memory) counted { return counted{m, m.Files()} }

func bench(b *testing.B) *Directory {
	d := target(b.TempDir())
	d.wrap = nil // with all waiting for the disk
	return d
}

// One new calibration, 11 MB, into a directory of 150.
func BenchmarkPublishOne(b *testing.B) {
	d := bench(b)
	old, next := manifested(large(150, 151)), manifested(large(151, 150))
	must(d.Publish(background, old, Options{}))
	for b.Loop() {
		must(d.Publish(background, next, Options{}))
		b.StopTimer()
		must(d.Publish(background, old, Options{AllowFewer: true}))
		for range kept { // so that nothing of the new one is left
			next.memory["dark_cal/turn.txt"] += "x"
			must(d.Publish(background, manifested(old.memory), Options{AllowFewer: true}))
			old.memory["dark_cal/turn.txt"] += "y"
		}
		old, next = manifested(old.memory), manifested(next.memory)
		must(d.Publish(background, old, Options{AllowFewer: true}))
		b.StartTimer()
	}
}

// Back over a hundred changed pages of 150 calibrations, and on again.
func BenchmarkRollback(b *testing.B) {
	d := bench(b)
	m := large(150, 151)
	must(d.Publish(background, manifested(m), Options{}))
	for _, id := range ids(100) {
		m["dark_cal/"+id+"/index.html"] += "changed"
	}
	must(d.Publish(background, manifested(m), Options{}))
	for b.Loop() {
		c := must(d.Rollback(background, 0, Options{}))
		if len(c.Changed) != 101 {
			b.Fatalf("%d changed", len(c.Changed))
		}
	}
}
