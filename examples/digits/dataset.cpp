#include "digits/dataset.hpp"

#include <kosnn/datasets/samples.hpp>
#include <utility>
#include <vector>

#include "digits/data.hpp"

namespace digits {

Dataset embedded_dataset() {
  kosnn::LabelledImages const all = embedded_digits();
  std::vector<std::size_t> train, test;
  for (std::size_t const k : kosnn::in_order(all.images.count))
    (k % 3 == 2 ? test : train).push_back(k);
  return {"UCI optical digits (embedded)", kosnn::subset(all, train), kosnn::subset(all, test)};
}

Dataset folder_dataset(std::string const& folder) {
  kosnn::MnistFolder files = kosnn::read_mnist_folder(folder);
  return {folder, std::move(files.train), std::move(files.test)};
}

void shorten(Dataset& data, std::size_t n) {
  if (n > 0 && n < data.train.images.count)
    data.train = kosnn::subset(data.train, kosnn::in_order(n));
}

}  // namespace digits
