package starcheck

import "testing"

func BenchmarkParse(b *testing.B) {
	text := realPage(b, "DEC1115A")
	html := asHTML(text, func(s string) string { return s })
	for name, content := range map[string][]byte{"text": text, "html": html} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				if _, err := Parse(content, "page"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
