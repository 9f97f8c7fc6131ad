package framelog

import "encoding/binary"

// Frame opcodes with the FIN bit set, RFC 6455 section 5.2.
const (
	opText  = 0x81
	opClose = 0x88
	opPong  = 0x8A
)

const maxHeader = 10

// AppendText appends a server's (unmasked) text frame, RFC 6455 section 5.2.
func AppendText(dst, payload []byte) []byte {
	return append(appendHeader(dst, opText, len(payload)), payload...)
}

// AppendPong appends a pong with the ping's data, cut to the 125 bytes that a
// control frame may hold.
func AppendPong(dst, data []byte) []byte {
	data = data[:min(len(data), maxControl)]
	return append(appendHeader(dst, opPong, len(data)), data...)
}

// AppendClose appends a close frame; the reason is cut to fit a control frame.
func AppendClose(dst []byte, code int, reason string) []byte {
	reason = reason[:min(len(reason), maxControl-2)]
	dst = appendHeader(dst, opClose, 2+len(reason))
	dst = binary.BigEndian.AppendUint16(dst, uint16(code)) //nolint:gosec // close codes are below 5000
	return append(dst, reason...)
}

const maxControl = 125

func appendHeader(dst []byte, op byte, size int) []byte {
	const (
		len16 = 126
		len64 = 127
	)
	dst = append(dst, op)
	switch {
	case size < len16:
		return append(dst, byte(size))
	case size <= 0xFFFF:
		return binary.BigEndian.AppendUint16(append(dst, len16), uint16(size)) //nolint:gosec // just checked
	}
	return binary.BigEndian.AppendUint64(append(dst, len64), uint64(size)) //nolint:gosec // a length is not negative
}
