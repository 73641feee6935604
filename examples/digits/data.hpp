#ifndef KOSNN_EXAMPLES_DIGITS_DATA_HPP
#define KOSNN_EXAMPLES_DIGITS_DATA_HPP

#include "kosnn/io/idx.hpp"

namespace digits {

/// The handwritten digits inside this program: (1797, 8, 8) pixels of 0 to 16 and labels of 0 to 9,
/// in their published order (E. Alpaydin, C. Kaynak 1998, doi 10.24432/C50P49; CC BY 4.0).
kosnn::LabelledImages embedded_digits();

}  // namespace digits

#endif
