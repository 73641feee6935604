#include <cstdint>
#include <utility>

#include "hdf5_handle.hpp"
#include "kosnn/io/hdf5.hpp"

namespace kosnn {

using detail::hdf5_check;
using detail::Hdf5Handle;
using detail::Hdf5Quiet;

struct Hdf5Reader::Impl {
  explicit Impl(std::string const& name)
      : path(name),
        id(H5Fopen(name.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), &H5Fclose, name, "cannot be read") {}

  Hdf5Handle open(std::string const& object) const {
    return Hdf5Handle(H5Oopen(id, object.c_str(), H5P_DEFAULT), &H5Oclose, path,
                      "no object '" + object + "'");
  }
  Hdf5Handle open_set(std::string const& name) const {
    return Hdf5Handle(H5Dopen2(id, name.c_str(), H5P_DEFAULT), &H5Dclose, path,
                      "no dataset '" + name + "'");
  }
  /// A scalar attribute.
  Hdf5Handle open_attribute(std::string const& object, std::string const& name) const {
    std::string const what = "no attribute '" + name + "' of '" + object + "'";
    Hdf5Handle const owner = open(object);
    Hdf5Handle found(H5Aopen(owner, name.c_str(), H5P_DEFAULT), &H5Aclose, path, what);
    Hdf5Handle const space(H5Aget_space(found), &H5Sclose, path, what);
    check(H5Sget_simple_extent_npoints(space) == 1, object,
          "attribute '" + name + "' is not one value");
    return found;
  }
  void check(bool ok, std::string const& name, std::string const& message) const {
    require<FileError>(ok, "'", path, "': '", name, "': ", message);
  }

  std::string path;
  Hdf5Handle id;
};

Hdf5Reader::Hdf5Reader(std::string const& path) {
  Hdf5Quiet const quiet;
  impl_ = std::make_unique<Impl>(path);
}

Hdf5Reader::~Hdf5Reader() = default;
Hdf5Reader::Hdf5Reader(Hdf5Reader&&) noexcept = default;

bool Hdf5Reader::has(std::string const& name) const {
  Hdf5Quiet const quiet;
  hid_t const object = H5Oopen(impl_->id, name.c_str(), H5P_DEFAULT);
  if (object >= 0) H5Oclose(object);
  return object >= 0;
}

std::vector<std::size_t> Hdf5Reader::dims(std::string const& name, detail::Hdf5Type type) const {
  Hdf5Quiet const quiet;
  std::string const what = "dataset '" + name + "' cannot be read";
  Hdf5Handle const set = impl_->open_set(name);
  Hdf5Handle const stored(H5Dget_type(set), &H5Tclose, impl_->path, what);
  hid_t const wanted = detail::native(type);
  H5T_class_t const kind = H5Tget_class(wanted);
  impl_->check(H5Tget_class(stored) == kind && H5Tget_size(stored) == H5Tget_size(wanted) &&
                   (kind != H5T_INTEGER || H5Tget_sign(stored) == H5Tget_sign(wanted)),
               name, "its values are of another type than asked for");

  Hdf5Handle const space(H5Dget_space(set), &H5Sclose, impl_->path, what);
  int const rank = hdf5_check(H5Sget_simple_extent_ndims(space), impl_->path, what);
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  hdf5_check(H5Sget_simple_extent_dims(space, extents.data(), nullptr), impl_->path, what);
  std::vector<std::size_t> result(extents.begin(), extents.end());

  // Extents are only claims: what they need must fit into the file, 1:1 or, where chunks may be
  // compressed, at deflate's best ratio.
  Hdf5Handle const plan(H5Dget_create_plist(set), &H5Pclose, impl_->path, what);
  hsize_t bytes = 0;
  hdf5_check(H5Fget_filesize(impl_->id, &bytes), impl_->path, what);
  if (H5Pget_layout(plan) == H5D_CHUNKED) bytes *= 1032;
  impl_->check(detail::element_count(name, result) <= bytes / H5Tget_size(wanted), name,
               "its shape promises more than the file holds");
  return result;
}

void Hdf5Reader::read_values(std::string const& name, detail::Hdf5Type type, void* data) const {
  Hdf5Quiet const quiet;
  Hdf5Handle const set = impl_->open_set(name);
  hdf5_check(H5Dread(set, detail::native(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data), impl_->path,
             "dataset '" + name + "' cannot be read");
}

std::string Hdf5Reader::text(std::string const& object, std::string const& attribute) const {
  Hdf5Quiet const quiet;
  std::string const what = "attribute '" + attribute + "' of '" + object + "' cannot be read";
  Hdf5Handle const found = impl_->open_attribute(object, attribute);
  Hdf5Handle const stored(H5Aget_type(found), &H5Tclose, impl_->path, what);
  impl_->check(H5Tget_class(stored) == H5T_STRING && H5Tis_variable_str(stored) > 0, object,
               "attribute '" + attribute + "' is not text of variable length");
  char* value = nullptr;
  hdf5_check(H5Aread(found, detail::text_type(impl_->path), &value), impl_->path, what);
  std::string result = value == nullptr ? "" : value;
  H5free_memory(value);
  return result;
}

double Hdf5Reader::number(std::string const& object, std::string const& attribute) const {
  Hdf5Quiet const quiet;
  Hdf5Handle const found = impl_->open_attribute(object, attribute);
  double value = 0;
  hdf5_check(H5Aread(found, H5T_NATIVE_DOUBLE, &value), impl_->path,
             "attribute '" + attribute + "' of '" + object + "' cannot be read");
  return value;
}

}  // namespace kosnn
