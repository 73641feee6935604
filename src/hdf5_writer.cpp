#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "hdf5_handle.hpp"
#include "kosnn/io/atomic_file.hpp"
#include "kosnn/io/hdf5.hpp"

namespace kosnn {

using detail::hdf5_check;
using detail::Hdf5Handle;
using detail::Hdf5Quiet;

namespace detail {

std::size_t element_count(std::string const& name, std::vector<std::size_t> const& dims) {
  std::size_t count = 1;
  for (std::size_t const extent : dims) {
    require<FileError>(extent == 0 || count <= std::numeric_limits<std::size_t>::max() / extent,
                       "'", name, "': its shape has more elements than can be counted");
    count *= extent;
  }
  return count;
}

}  // namespace detail

// The file is put together in memory by HDF5's core driver and written by us. With HDF5 writing, a
// full disk makes H5Fclose fail, after which the library keeps a dangling identifier and crashes
// when the program ends (1.10.8); nor does this depend on file locks, which some cluster file
// systems lack.
struct Hdf5Writer::Impl {
  explicit Impl(std::string const& path) : file(path), id(create()) {}
  ~Impl() {
    Hdf5Quiet const quiet;
    if (id >= 0) H5Fclose(id);
  }

  hid_t create() const {
    std::string const what = "cannot be created";
    Hdf5Handle const access(H5Pcreate(H5P_FILE_ACCESS), &H5Pclose, file.path(), what);
    std::size_t const growth = std::size_t{1} << 20;
    hdf5_check(H5Pset_fapl_core(access, growth, 0), file.path(), what);
    return hdf5_check(H5Fcreate(file.temporary().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access),
                      file.path(), what);
  }

  void require_open() const {
    require<FileError>(id >= 0, "'", file.path(), "': it was committed before");
  }

  Hdf5Handle open(std::string const& object) const {
    return Hdf5Handle(H5Oopen(id, object.c_str(), H5P_DEFAULT), &H5Oclose, file.path(),
                      "no object '" + object + "'");
  }

  /// Creates an attribute of any shape and writes it.
  void attribute(hid_t object, std::string const& name, hid_t type, hid_t space,
                 void const* value) const {
    std::string const what = "attribute '" + name + "' cannot be written";
    Hdf5Handle const made(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
                          &H5Aclose, file.path(), what);
    hdf5_check(H5Awrite(made, type, value), file.path(), what);
  }

  /// Creates an attribute of one value and writes it.
  void attribute(std::string const& object, std::string const& name, hid_t type,
                 void const* value) const {
    require_open();
    Hdf5Handle const space(H5Screate(H5S_SCALAR), &H5Sclose, file.path(), "scalar");
    attribute(open(object), name, type, space, value);
  }

  AtomicFile file;
  hid_t id;
};

Hdf5Writer::Hdf5Writer(std::string const& path) {
  Hdf5Quiet const quiet;
  impl_ = std::make_unique<Impl>(path);
}

Hdf5Writer::~Hdf5Writer() = default;
Hdf5Writer::Hdf5Writer(Hdf5Writer&&) noexcept = default;

void Hdf5Writer::write_values(std::string const& name, detail::Hdf5Type type, void const* data,
                              std::vector<std::size_t> const& dims, std::string const& units) {
  Hdf5Quiet const quiet;
  impl_->require_open();
  std::string const& path = impl_->file.path();
  std::string const what = "dataset '" + name + "' cannot be written";
  bool const empty = detail::element_count(name, dims) == 0;

  std::vector<hsize_t> const extents(dims.begin(), dims.end());
  Hdf5Handle const space(
      H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), &H5Sclose, path,
      what);
  Hdf5Handle const links(H5Pcreate(H5P_LINK_CREATE), &H5Pclose, path, what);
  hdf5_check(H5Pset_create_intermediate_group(links, 1), path, what);
  hid_t const element = detail::native(type);
  Hdf5Handle set(
      H5Dcreate2(impl_->id, name.c_str(), element, space, links, H5P_DEFAULT, H5P_DEFAULT),
      &H5Dclose, path, what);
  if (!empty) hdf5_check(H5Dwrite(set, element, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), path, what);
  hdf5_check(H5Dclose(set.release()), path, what);
  if (!units.empty()) attribute(name, "units", units);
}

void Hdf5Writer::attribute(std::string const& object, std::string const& name,
                           std::string const& text) {
  Hdf5Quiet const quiet;
  char const* const value = text.c_str();
  impl_->attribute(object, name, detail::text_type(impl_->file.path()), &value);
}

void Hdf5Writer::attribute(std::string const& object, std::string const& name, char const* text) {
  attribute(object, name, std::string(text));
}

void Hdf5Writer::attribute(std::string const& object, std::string const& name, double number) {
  Hdf5Quiet const quiet;
  impl_->attribute(object, name, H5T_NATIVE_DOUBLE, &number);
}

void Hdf5Writer::attribute(std::string const& object, std::string const& name,
                           std::int64_t number) {
  Hdf5Quiet const quiet;
  impl_->attribute(object, name, H5T_NATIVE_INT64, &number);
}

void Hdf5Writer::attribute(std::string const& object, std::string const& name, int number) {
  attribute(object, name, std::int64_t{number});
}

void Hdf5Writer::write_spikes(std::string const& population, std::vector<double> const& timestamps,
                              std::vector<std::uint64_t> const& node_ids,
                              std::vector<std::uint32_t> const& batch) {
  Hdf5Quiet const quiet;
  impl_->require_open();
  std::string const& path = impl_->file.path();
  require<FileError>(
      !population.empty() && population != "." && population.find('/') == population.npos, "'",
      path, "': spikes of '", population, "': expected a population that is the name of one group");
  std::size_t const count = timestamps.size();
  require<FileError>(node_ids.size() == count && (batch.empty() || batch.size() == count), "'",
                     path, "': spikes of '", population, "': got ", count, " times, ",
                     node_ids.size(), " node ids and ", batch.size(),
                     " batch elements, expected equally many (batch elements may be left out)");

  std::string const group = "/spikes/" + population;
  write(group + "/timestamps", timestamps, {count}, "milliseconds");
  write(group + "/node_ids", node_ids, {count});
  if (!batch.empty()) write(group + "/batch", batch, {count});

  // The layout wants an enumeration, whose names readers look at.
  Hdf5Handle const sorting(H5Tenum_create(H5T_NATIVE_UINT8), &H5Tclose, path, "sorting");
  std::array<char const*, 3> const names{"none", "by_id", "by_time"};
  for (std::size_t k = 0; k < names.size(); ++k) {
    auto const value = static_cast<std::uint8_t>(k);
    hdf5_check(H5Tenum_insert(sorting, names[k], &value), path, "sorting");
  }
  std::uint8_t const order = std::is_sorted(timestamps.begin(), timestamps.end()) ? 2 : 0;
  impl_->attribute(group, "sorting", sorting, &order);

  if (H5Aexists(impl_->id, "magic") > 0) return;
  std::uint32_t const magic = 0x0A7A;
  std::array<std::uint32_t, 2> const version{0, 1};
  hsize_t const two = version.size();
  impl_->attribute("/", "magic", H5T_NATIVE_UINT32, &magic);
  Hdf5Handle const space(H5Screate_simple(1, &two, nullptr), &H5Sclose, path, "version");
  impl_->attribute(impl_->open("/"), "version", H5T_NATIVE_UINT32, space, version.data());
}

void Hdf5Writer::commit() {
  Hdf5Quiet const quiet;
  impl_->require_open();
  std::string const& path = impl_->file.path();
  std::string const what = "cannot be completed";
  hdf5_check(H5Fflush(impl_->id, H5F_SCOPE_GLOBAL), path, what);
  ssize_t const size = hdf5_check(H5Fget_file_image(impl_->id, nullptr, 0), path, what);
  void* memory = nullptr;  // of the core driver: where it keeps the address of its bytes
  hdf5_check(H5Fget_vfd_handle(impl_->id, H5P_DEFAULT, &memory), path, what);
  char const* const bytes = *static_cast<char**>(memory);
  impl_->file.write({bytes, static_cast<std::size_t>(size)});
  hdf5_check(H5Fclose(std::exchange(impl_->id, -1)), path, what);
  impl_->file.commit();
}

}  // namespace kosnn
