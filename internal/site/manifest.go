package site

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// ManifestFile names the files in a written tree that are ours. It lies in
// dark_cal/ and can be checked there with sha256sum -c.
const ManifestFile = Section + "/.darksite-manifest"

// manifest maps paths (with dark_cal/) to the SHA-256 of their content in
// hexadecimal.
type manifest map[string]string

var manifestLine = regexp.MustCompile(`^([0-9a-f]{64})  (.+)$`)

// parseManifest reads a manifest. Its paths decide what may be overwritten
// and removed, so that one that points elsewhere is refused.
func parseManifest(data []byte) (manifest, error) {
	m := manifest{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		match := manifestLine.FindStringSubmatch(lines.Text())
		if match == nil {
			return nil, fmt.Errorf("%s: line %d: want a SHA-256, two spaces and a path; publish to a fresh directory instead", ManifestFile, n)
		}
		path := Section + "/" + match[2]
		if !fs.ValidPath(path) || path == ManifestFile {
			return nil, fmt.Errorf("%s: line %d: path %q does not lie under %s/; publish to a fresh directory instead", ManifestFile, n, match[2], Section)
		}
		m[path] = match[1]
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w; publish to a fresh directory instead", ManifestFile, err)
	}
	return m, nil
}

// Written lists the files that the last [Tree.Write] to a directory made.
func Written(dir string) ([]string, error) {
	content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(ManifestFile)))
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return slices.Sorted(maps.Keys(m)), nil
}

func (m manifest) marshal() []byte {
	var b bytes.Buffer
	for _, path := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%s  %s\n", m[path], strings.TrimPrefix(path, Section+"/"))
	}
	return b.Bytes()
}
