package twiki

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unicode"
	"unicode/utf8"

	"darksite/internal/ground/secret"
)

// Credentials gives the user name and the password for a wiki. It is called
// when the wiki asks, at most once for each [Client.Post], which overwrites the
// password with zeros when it is done.
type Credentials func() (user string, password []byte, err error)

// FromEnvironment reads two environment variables.
func FromEnvironment(userKey, passwordKey string) Credentials {
	return func() (string, []byte, error) {
		user, password := []byte(os.Getenv(userKey)), []byte(os.Getenv(passwordKey))
		if len(bytes.TrimSpace(user)) == 0 || len(bytes.TrimSpace(password)) == 0 {
			return "", nil, fmt.Errorf("environment: set %s and %s to the user name and the password of the wiki", userKey, passwordKey)
		}
		return checked(user, password, "environment variables "+userKey+" and "+passwordKey)
	}
}

// FromFile reads a file of two lines, the user name and the password. Nobody
// but its owner may read it.
func FromFile(name string) Credentials {
	return func() (string, []byte, error) {
		user, password, err := secret.ReadLogin(name)
		defer clear(password)
		if errors.Is(err, fs.ErrNotExist) {
			return "", nil, fmt.Errorf("credentials: %w; write the user name and the password into it, a line each, and chmod 600 it", err)
		} else if err != nil {
			return "", nil, fmt.Errorf("credentials: %w", err)
		}
		return checked([]byte(user), password, name)
	}
}

// checked trims credentials and copies them.
func checked(user, password []byte, from string) (string, []byte, error) {
	user, password = bytes.TrimSpace(user), bytes.Clone(bytes.TrimSpace(password))
	odd := func(b []byte) bool {
		return len(b) == 0 || !utf8.Valid(b) || bytes.ContainsFunc(b, unicode.IsControl)
	}
	// Basic authentication ends the name at its first colon (RFC 7617).
	if odd(user) || odd(password) || bytes.ContainsRune(user, ':') {
		clear(password)
		return "", nil, fmt.Errorf("credentials: %s: want a user name without a colon and a password, neither empty nor with control characters", from)
	}
	return string(user), password, nil
}

// errNoCredentials is for a wiki that asks for what was not given.
var errNoCredentials = errors.New("the wiki asks for a user name and a password, and none are set")
