// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package command

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// How long certificates last. That of the server is made anew at each start;
// clients refuse one that lasts longer than 825 days.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	serverLife    = 365 * 24 * time.Hour
	clockSkew     = time.Hour // how far behind the clock of a client may be
)

// authority is the certificate authority that signs the server's certificate.
type authority struct {
	certificate *x509.Certificate
	pem         []byte
	key         *ecdsa.PrivateKey
}

// keySuffix names the file of the authority's key, beside that of its
// certificate. The certificate is for everybody; the key is for its owner only,
// since who has it can pass for any server.
const keySuffix = ".key"

// openAuthority reads an authority, or makes it where there is none: the
// certificate in path, its key in path.key with mode 0600. It is kept, so that
// clients need to be told of it once; several programs may start with the same
// path at once. Errors are *rbac.Error of kind Invalid.
func openAuthority(path string, now time.Time) (*authority, error) {
	key, err := readKey(path + keySuffix)
	text, certErr := os.ReadFile(path)
	text = bytes.TrimSpace(text)
	switch {
	case certErr != nil && !errors.Is(certErr, fs.ErrNotExist):
		return nil, unreadable(path, certErr)
	case errors.Is(err, fs.ErrNotExist) && len(text) > 0:
		return nil, invalid("There is a file %q, but not the key of a certificate authority beside it, %q. Put the key back, or name another file.", path, path+keySuffix)
	case errors.Is(err, fs.ErrNotExist):
		key, err = writeKey(path + keySuffix)
	}
	if err != nil {
		return nil, err
	}
	if len(text) == 0 {
		a, err := newAuthority(key, now)
		if err != nil {
			return nil, err
		}
		return a, replace(path, a.pem, 0o644)
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, invalid("The file %q has no certificate in front. Name a file that this program has written, or one that does not exist yet.", path)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	public, _ := certificate0(certificate).PublicKey.(*ecdsa.PublicKey)
	switch {
	case err != nil || !certificate.IsCA:
		return nil, invalid("The file %q has no certificate of an authority. Name a file that this program has written, or one that does not exist yet.", path)
	case public == nil || !public.Equal(&key.PublicKey):
		return nil, invalid("The certificate in %q and the key in %q do not belong together. Remove both, so that new ones are made.", path, path+keySuffix)
	case now.After(certificate.NotAfter):
		return nil, invalid("The certificate authority in %q has expired on %s. Remove the file and %q, so that a new one is made.", path, certificate.NotAfter.Format(time.DateOnly), path+keySuffix)
	}
	return &authority{certificate: certificate, pem: append(text, '\n'), key: key}, nil
}

func certificate0(c *x509.Certificate) *x509.Certificate {
	if c == nil {
		return &x509.Certificate{}
	}
	return c
}

func newKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, &rbac.Error{Kind: rbac.Unavailable, Err: err, Message: "This machine could not make a key: " + err.Error() + "."}
	}
	return key, nil
}

// newAuthority makes the certificate of an authority. It follows from its key
// who it is: two certificates for one key vouch for each other's servers.
func newAuthority(key *ecdsa.PrivateKey, now time.Time) (*authority, error) {
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "terraform-provider-rbac emulator", Organization: []string{"Rolewright"}},
		NotBefore: now.Add(-clockSkew), NotAfter: now.Add(authorityLife), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, &rbac.Error{Kind: rbac.Unknown, Err: err, Message: "The certificate authority could not be made: " + err.Error() + "."}
	}
	certificate, err := x509.ParseCertificate(der)
	return &authority{certificate: certificate, pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), key: key}, err
}

// server makes a certificate for hosts, names or addresses, with a key of its own.
func (a *authority) server(now time.Time, hosts ...string) (tls.Certificate, error) {
	key, err := newKey()
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "terraform-provider-rbac emulator"},
		NotBefore: now.Add(-clockSkew), NotAfter: earlier(now.Add(serverLife), a.certificate.NotAfter),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else if h != "" {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		return tls.Certificate{}, &rbac.Error{Kind: rbac.Unknown, Err: err, Message: "The certificate of the server could not be made: " + err.Error() + "."}
	}
	return tls.Certificate{Certificate: [][]byte{der, a.certificate.Raw}, PrivateKey: key}, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func serial() *big.Int {
	raw := rbac.NewGUID().Bytes()
	return new(big.Int).SetBytes(raw[:])
}

const keyType = "EC PRIVATE KEY"

// readKey reads a key; fs.ErrNotExist where there is none.
func readKey(path string) (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != keyType {
		return nil, invalid("The file %q has no key of a certificate authority. Remove it, so that a new one is made.", path)
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	if err != nil {
		return nil, invalid("The key in %q is damaged. Remove it and the certificate, so that new ones are made.", path)
	}
	return key, nil
}

// writeKey makes a key and writes it down, unless another program was faster:
// then it returns that one's.
func writeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, &rbac.Error{Kind: rbac.Unknown, Err: err, Message: "The key could not be written: " + err.Error() + "."}
	}
	temporary, err := write(path, pem.EncodeToMemory(&pem.Block{Type: keyType, Bytes: der}), 0o600)
	if err != nil {
		return nil, err
	}
	defer os.Remove(temporary) // the link stays
	switch err := os.Link(temporary, path); {
	case err == nil:
		return key, nil
	case errors.Is(err, fs.ErrExist):
		return readKey(path)
	default: // a file system without links
		if err := os.Rename(temporary, path); err != nil {
			return nil, unwritable(path, err)
		}
		return key, nil
	}
}

// replace writes a file at once, so that nobody reads half of it.
func replace(path string, data []byte, mode fs.FileMode) error {
	temporary, err := write(path, data, mode)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		_ = os.Remove(temporary) // what went wrong is told already
		return unwritable(path, err)
	}
	return nil
}

// write writes a new file beside path and returns its name.
func write(path string, data []byte, mode fs.FileMode) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return "", unwritable(path, err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name()) // what went wrong is told already
		return "", unwritable(path, err)
	}
	return f.Name(), nil
}

func invalid(format string, values ...any) error {
	return &rbac.Error{Kind: rbac.Invalid, Message: fmt.Sprintf(format, values...)}
}

func unreadable(path string, err error) error {
	return invalid("The file %q can't be read: %s.", path, reason(err))
}

func unwritable(path string, err error) error {
	return invalid("The file %q can't be written: %s.", path, reason(err))
}

// reason is the part of a file error that a person needs.
func reason(err error) string {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err.Error()
	case errors.As(err, &l):
		return l.Err.Error()
	default:
		return err.Error()
	}
}
