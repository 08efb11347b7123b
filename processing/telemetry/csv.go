package telemetry

import (
	"bufio"
	"fmt"
	"hash/crc32"
	"io"
)

// RowsHeader names the columns of [WriteRows].
const RowsHeader = "rec_ctr,bias,integ_units,caltype,replica,colneg,row,sci_hdr_ctr,two_us_clk,dn_sum,crc32_dn_u16be"

// WriteRows writes a header and one line for each row, repeats included, in
// counter order. The last two columns are the sum of the row's 512 DN and the
// CRC-32 (IEEE) of them as big-endian 16-bit numbers.
func WriteRows(w io.Writer, rows []Row) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, RowsHeader)
	pixels := make([]byte, 0, RecordSize)
	for i := range rows {
		r := &rows[i]
		sum := 0
		pixels = pixels[:0]
		for _, v := range r.DN {
			sum += int(v)
			pixels = append(pixels, byte(v>>8), byte(v))
		}
		fmt.Fprintf(out, "%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%08x\n", mod(r.Counter, CounterModulus), r.Bias, r.IntegUnits,
			r.CalType, r.Replica, r.ColNeg, r.Row, r.SciHeader, r.Clock, sum, crc32.ChecksumIEEE(pixels))
	}
	return out.Flush()
}
