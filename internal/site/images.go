package site

import "sync"

// images reads the maps of calibrations, each once for those that need it at
// about the same time: a map is drawn, and taken from the one after it.
type images struct {
	calibrations []Calibration
	mu           sync.Mutex
	read         map[int]*lazyImage
}

type lazyImage struct {
	once   sync.Once
	pixels []float32
	err    error
}

// imagesKept is how far behind the one that is asked for last maps are kept.
const imagesKept = 3

func (m *images) of(i int) ([]float32, error) {
	m.mu.Lock()
	l := m.read[i]
	if l == nil {
		l = new(lazyImage)
		m.read[i] = l
	}
	for k := range m.read {
		if k < i-imagesKept {
			delete(m.read, k)
		}
	}
	m.mu.Unlock()
	l.once.Do(func() { l.pixels, l.err = m.calibrations[i].image() })
	return l.pixels, l.err
}
