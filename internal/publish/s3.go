package publish

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Storage says where S3-compatible storage is.
type Storage struct {
	Endpoint string // https://host[:port]
	Region   string // "" for the server's own
	Bucket   string
	Prefix   string // of all names, "" for none
	Keys     Keys

	tries int // 0 for storageTries
}

// bucket is a place in storage.
type bucket struct {
	Storage
	client *minio.Client
}

// Bounds of waiting for storage.
const (
	storageConnect = 20 * time.Second
	storageAnswer  = 60 * time.Second
	storageTries   = 5
)

// NewS3 is the target of S3-compatible storage.
func NewS3(s Storage) (*Remote, error) {
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("endpoint %q: want https://host", s.Endpoint)
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds:      credentials.NewStaticV4(s.Keys.access, s.Keys.secret, s.Keys.session),
		Secure:     u.Scheme == "https",
		Region:     s.Region,
		MaxRetries: cmp.Or(s.tries, storageTries),
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: storageConnect}).DialContext,
			TLSHandshakeTimeout:   storageConnect,
			ResponseHeaderTimeout: storageAnswer,
			MaxIdleConnsPerHost:   4,
			IdleConnTimeout:       storageAnswer,
			DisableCompression:    true, // what is stored is what is read
		},
	})
	if err != nil {
		return nil, err
	}
	return &Remote{bucket{s, client}}, nil
}

// String is the place, without keys.
func (b bucket) String() string {
	return strings.TrimRight(b.Endpoint, "/") + "/" + path.Join(b.Bucket, b.Prefix)
}

// unread: rights are those of the bucket.
func (b bucket) unread([]File) []string { return nil }

// tellsCase: keys of objects are bytes.
func (b bucket) tellsCase() bool { return true }

func (b bucket) name(p string) string { return path.Join(b.Prefix, p) }

// fail tells what storage said. Its words hold no keys.
func (b bucket) fail(p string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var r minio.ErrorResponse
	if errors.As(err, &r) {
		todo := ""
		switch r.Code {
		case minio.AccessDenied, "InvalidAccessKeyId", "SignatureDoesNotMatch":
			todo = ": see that the keys are right and may write to the bucket"
		case minio.NoSuchBucket:
			todo = ": make the bucket, or name another"
		}
		return fmt.Errorf("%s: %s: %s%s", path.Join(b.Bucket, b.name(p)), r.Code, r.Message, todo)
	}
	return fmt.Errorf("%s: %w", path.Join(b.Bucket, b.name(p)), err)
}

func (b bucket) list(ctx context.Context) (paths []string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	prefix := b.name(Section) + "/"
	for o := range b.client.ListObjects(ctx, b.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, b.fail(Section, o.Err)
		}
		if p, ok := strings.CutPrefix(o.Key, prefix); ok && p != "" && !strings.HasSuffix(p, "/") {
			paths = append(paths, Section+"/"+p)
		}
	}
	return paths, ctx.Err()
}

func (b bucket) get(ctx context.Context, paths []string) (map[string][]byte, error) {
	found := map[string][]byte{}
	for _, p := range paths {
		o, err := b.client.GetObject(ctx, b.Bucket, b.name(p), minio.GetObjectOptions{})
		if err != nil {
			return nil, b.fail(p, err)
		}
		content, err := io.ReadAll(io.LimitReader(o, maxMember+1))
		o.Close()
		switch {
		case minio.ToErrorResponse(err).Code == minio.NoSuchKey:
			continue
		case err != nil:
			return nil, b.fail(p, err)
		case len(content) > maxMember:
			return nil, fmt.Errorf("%s: more than %d bytes", p, maxMember)
		}
		found[p] = content
	}
	return found, nil
}

// send puts each file as one object: readers have the old one until all of the
// new one is there.
func (b bucket) send(ctx context.Context, tree Tree, files []File) error {
	for _, f := range files {
		c, err := content(tree, f)
		if err != nil {
			return err
		}
		_, err = b.client.PutObject(ctx, b.Bucket, b.name(f.Path), bytes.NewReader(c), int64(len(c)), minio.PutObjectOptions{
			ContentType: contentType(f.Path), DisableMultipart: true, SendContentMd5: true,
		})
		if err != nil {
			return b.fail(f.Path, err)
		}
	}
	return nil
}

// types are those of our files; the system's table differs between machines.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".csv": "text/csv; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".fits": "application/fits", ".xml": "application/xml", ".gif": "image/gif", ".jpg": "image/jpeg",
}

func contentType(p string) string {
	if t, ok := types[strings.ToLower(path.Ext(p))]; ok {
		return t
	}
	if p == ManifestFile || p == pendingFile {
		return types[".txt"]
	}
	return "application/octet-stream"
}

func (b bucket) remove(ctx context.Context, paths []string) error {
	for _, p := range paths {
		err := b.client.RemoveObject(ctx, b.Bucket, b.name(p), minio.RemoveObjectOptions{})
		if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchKey {
			return b.fail(p, err)
		}
	}
	return nil
}
