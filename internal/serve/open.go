package serve

import (
	"fmt"
	"os/exec"
	"runtime"
)

// opener is the system's program that shows an address, and its arguments. No
// shell reads them.
func opener(system, address string) []string {
	switch system {
	case "darwin":
		return []string{"open", address}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", address}
	}
	return []string{"xdg-open", address}
}

// Open shows an address in the user's browser. It returns when the program
// that does so has started; failed is called if it then fails.
func Open(address string, failed func(error)) {
	words := opener(runtime.GOOS, address)
	cmd := exec.Command(words[0], words[1:]...)
	if err := cmd.Start(); err != nil {
		failed(err)
		return
	}
	go func() {
		if err := cmd.Wait(); err != nil {
			failed(fmt.Errorf("%s: %w", words[0], err))
		}
	}()
}
