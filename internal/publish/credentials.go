package publish

import (
	"errors"
	"fmt"
	"strings"

	"darksite/internal/ground/secret"
)

// Keys are what S3-compatible storage asks for. They have no String: nothing
// prints them.
type Keys struct{ access, secret, session string }

// maxKeys bounds a file of keys.
const maxKeys = 64 << 10

// ReadKeys takes the keys from a file of mode 600, or without one from the
// variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
func ReadKeys(file string, getenv func(string) string) (Keys, error) {
	if file == "" {
		k := Keys{getenv("AWS_ACCESS_KEY_ID"), getenv("AWS_SECRET_ACCESS_KEY"), getenv("AWS_SESSION_TOKEN")}
		if k.access == "" || k.secret == "" {
			return Keys{}, errors.New("no keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file with them as credentials in site.toml")
		}
		return k, nil
	}
	text, err := secret.ReadFile(file, maxKeys)
	if err != nil {
		return Keys{}, err
	}
	k, err := parseKeys(string(text))
	if err != nil {
		return Keys{}, fmt.Errorf("%s: %w", file, err)
	}
	return k, nil
}

// parseKeys reads lines "name = value". No message holds a value, nor a name that
// is not known, which may be one.
func parseKeys(text string) (k Keys, err error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		at := map[string]*string{
			"access_key": &k.access, "secret_key": &k.secret, "session_token": &k.session,
			// As the tools of Amazon write them.
			"aws_access_key_id": &k.access, "aws_secret_access_key": &k.secret, "aws_session_token": &k.session,
		}[strings.TrimSpace(name)]
		if !ok || at == nil || value == "" || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return Keys{}, fmt.Errorf("line %d: want access_key, secret_key or session_token, then = and the value", n)
		}
		*at = value
	}
	if k.access == "" || k.secret == "" {
		return Keys{}, errors.New("want a line with access_key and one with secret_key, each with = and the value")
	}
	return k, nil
}
