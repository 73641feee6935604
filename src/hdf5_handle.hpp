#ifndef KOSNN_SRC_HDF5_HANDLE_HPP
#define KOSNN_SRC_HDF5_HANDLE_HPP

#include <hdf5.h>

#include <string>
#include <utility>

#include "kosnn/core/error.hpp"
#include "kosnn/io/hdf5.hpp"

namespace kosnn::detail {

/// Keeps HDF5 from printing its errors while it lives.
class Hdf5Quiet {
 public:
  Hdf5Quiet() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Hdf5Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  Hdf5Quiet(Hdf5Quiet const&) = delete;
  Hdf5Quiet& operator=(Hdf5Quiet const&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// What HDF5 says about its last failure: the innermost description.
inline std::string hdf5_reason() {
  std::string reason;
  auto const take = [](unsigned n, H5E_error2_t const* error, void* into) -> herr_t {
    if (n == 0 && error->desc != nullptr) *static_cast<std::string*>(into) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take, &reason);
  return reason.empty() ? "HDF5 gives no reason" : reason;
}

/// Throws unless `result`, which HDF5 returned, is good.
template <class Result>
Result hdf5_check(Result result, std::string const& path, std::string const& what) {
  if (result < 0) throw FileError("'" + path + "': " + what + ": " + hdf5_reason());
  return result;
}

/// Owns one HDF5 identifier.
class Hdf5Handle {
 public:
  Hdf5Handle(hid_t id, herr_t (*close)(hid_t), std::string const& path, std::string const& what)
      : id_(hdf5_check(id, path, what)), close_(close) {}
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }
  Hdf5Handle(Hdf5Handle&& other) noexcept
      : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  operator hid_t() const { return id_; }
  /// Gives the identifier to the caller, who closes it.
  hid_t release() { return std::exchange(id_, -1); }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

inline hid_t native(Hdf5Type type) {
  switch (type) {
    case Hdf5Type::Float:
      return H5T_NATIVE_FLOAT;
    case Hdf5Type::Double:
      return H5T_NATIVE_DOUBLE;
    case Hdf5Type::Int32:
      return H5T_NATIVE_INT32;
    case Hdf5Type::UInt32:
      return H5T_NATIVE_UINT32;
    case Hdf5Type::Int64:
      return H5T_NATIVE_INT64;
    case Hdf5Type::UInt64:
      return H5T_NATIVE_UINT64;
    case Hdf5Type::UInt8:
      return H5T_NATIVE_UINT8;
  }
  return -1;
}

/// Variable-length UTF-8, which h5py gives back as str.
inline Hdf5Handle text_type(std::string const& path) {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), &H5Tclose, path, "text");
  hdf5_check(H5Tset_size(type, H5T_VARIABLE), path, "text");
  hdf5_check(H5Tset_cset(type, H5T_CSET_UTF8), path, "text");
  return type;
}

}  // namespace kosnn::detail

#endif
