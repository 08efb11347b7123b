package serve

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// instrument adds what the preview needs to a page: the script at the end of
// its head, and in its Content-Security-Policy leave to connect to one address.
// Nothing else changes, so that what a page may not do when it is published it
// may not do in the preview.
func instrument(page []byte, script, connect string) []byte {
	out := make([]byte, 0, len(page)+len(script)+len(connect)+64)
	tokens := html.NewTokenizer(bytes.NewReader(page))
	at := 0 // in page, behind the tokens that were looked at
	for {
		kind := tokens.Next()
		raw := tokens.Raw()
		if kind == html.ErrorToken { // the end: a page without a head
			out = append(out, page[at:]...)
			return append(out, script...)
		}
		end := at + len(raw)
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			if token.Data == "body" {
				return append(append(out, script...), page[at:]...)
			}
			if policy, found := policyIn(token); found {
				out = append(out, `<meta http-equiv="Content-Security-Policy" content="`+quoted.Replace(allow(policy, connect))+`">`...)
				at = end
				continue
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); string(name) == "head" {
				return append(append(out, script...), page[at:]...)
			}
		}
		out = append(out, page[at:end]...)
		at = end
	}
}

// quoted escapes what ends an attribute in double quotes.
var quoted = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;")

// policyIn is the Content-Security-Policy that a tag sets.
func policyIn(token html.Token) (policy string, found bool) {
	if token.Data != "meta" {
		return "", false
	}
	for _, a := range token.Attr {
		switch {
		case a.Key == "http-equiv" && strings.EqualFold(strings.TrimSpace(a.Val), "Content-Security-Policy"):
			found = true
		case a.Key == "content":
			policy = a.Val
		}
	}
	return policy, found
}

// allow adds an address to those that a policy lets scripts connect to.
func allow(policy, connect string) string {
	directives := strings.Split(policy, ";")
	for i, d := range directives {
		words := strings.Fields(d)
		if len(words) == 0 || !strings.EqualFold(words[0], "connect-src") {
			continue
		}
		if len(words) == 2 && strings.EqualFold(words[1], "'none'") {
			words = words[:1]
		}
		directives[i] = " " + strings.Join(append(words, connect), " ")
		return strings.TrimSpace(strings.Join(directives, ";"))
	}
	return "connect-src " + connect + "; " + policy
}
