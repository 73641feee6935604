#include "digits/data.hpp"

#include "embedded.hpp"

kosnn::LabelledImages digits::embedded_digits() {
  return kosnn::parse_idx_pair(kosnn_embedded::digits_images_idx3_ubyte,
                               kosnn_embedded::digits_labels_idx1_ubyte, "embedded digits");
}
