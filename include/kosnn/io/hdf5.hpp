#ifndef KOSNN_IO_HDF5_HPP
#define KOSNN_IO_HDF5_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn {

namespace detail {
/// The element types of datasets.
enum class Hdf5Type { Float, Double, Int32, UInt32, Int64, UInt64, UInt8 };

// clang-format off
inline Hdf5Type hdf5_type(float const*)         { return Hdf5Type::Float; }
inline Hdf5Type hdf5_type(double const*)        { return Hdf5Type::Double; }
inline Hdf5Type hdf5_type(std::int32_t const*)  { return Hdf5Type::Int32; }
inline Hdf5Type hdf5_type(std::uint32_t const*) { return Hdf5Type::UInt32; }
inline Hdf5Type hdf5_type(std::int64_t const*)  { return Hdf5Type::Int64; }
inline Hdf5Type hdf5_type(std::uint64_t const*) { return Hdf5Type::UInt64; }
inline Hdf5Type hdf5_type(std::uint8_t const*)  { return Hdf5Type::UInt8; }
// clang-format on

/// The number of elements of an array of these extents; throws when it does not fit.
std::size_t element_count(std::string const& name, std::vector<std::size_t> const& dims);
}  // namespace detail

/// Writes one HDF5 file, which appears under its name only when `commit` is called; without it the
/// destructor leaves nothing behind and an older file of that name untouched. The constructor
/// creates the temporary file, so an unwritable path is reported before the work. Until `commit`
/// the file is put together in memory, which it needs once as a whole.
///
/// Element types: float, double, (u)int32, (u)int64, uint8. Every name is a path inside the file;
/// the groups on the way are created. All members throw FileError with the file's path, the
/// object's name and HDF5's reason.
class Hdf5Writer {
 public:
  explicit Hdf5Writer(std::string const& path);
  ~Hdf5Writer();
  Hdf5Writer(Hdf5Writer&& other) noexcept;
  Hdf5Writer& operator=(Hdf5Writer&&) = delete;

  /// A dataset of shape `dims` (row-major) from `data`; `units` becomes its attribute of that name
  /// unless empty.
  template <class T>
  void write(std::string const& name, T const* data, std::vector<std::size_t> const& dims,
             std::string const& units = "") {
    write_values(name, detail::hdf5_type(data), data, dims, units);
  }

  /// The same from a vector whose size is the product of `dims`.
  template <class T>
  void write(std::string const& name, std::vector<T> const& data,
             std::vector<std::size_t> const& dims, std::string const& units = "") {
    require<FileError>(data.size() == detail::element_count(name, dims), "'", name, "': got ",
                       data.size(), " values, expected as many as its shape says");
    write(name, data.data(), dims, units);
  }

  /// An attribute of an existing dataset or group ("/" is the file itself). Numbers are stored as
  /// int64 or double, text as UTF-8.
  void attribute(std::string const& object, std::string const& name, std::string const& text);
  void attribute(std::string const& object, std::string const& name, char const* text);
  void attribute(std::string const& object, std::string const& name, double number);
  void attribute(std::string const& object, std::string const& name, std::int64_t number);
  void attribute(std::string const& object, std::string const& name, int number);

  /// Spikes in the SONATA layout (Dai et al. 2020, doi 10.1371/journal.pcbi.1007696), once for each
  /// population, whose name becomes a group's and so holds no '/':
  /// /spikes/<population>/timestamps (ms) and node_ids, equally many, with the attribute `sorting`
  /// ('by_time' when the times never decrease, else 'none') and the file's SONATA magic and
  /// version. `batch`, where given, holds each spike's batch element in a third dataset, which
  /// SONATA's own readers ignore.
  void write_spikes(std::string const& population, std::vector<double> const& timestamps,
                    std::vector<std::uint64_t> const& node_ids,
                    std::vector<std::uint32_t> const& batch = {});

  /// Closes the file and gives it its name. Nothing can be written afterwards.
  void commit();

 private:
  struct Impl;
  void write_values(std::string const& name, detail::Hdf5Type type, void const* data,
                    std::vector<std::size_t> const& dims, std::string const& units);

  std::unique_ptr<Impl> impl_;
};

/// Values with their shape, row-major.
template <class T>
struct Hdf5Array {
  std::vector<std::size_t> dims;
  std::vector<T> values;
};

/// Reads datasets and attributes back. All members throw FileError as the writer does; a dataset of
/// another type, or one that promises more than the file can hold, is refused, and so is a
/// truncated file. Beyond that HDF5 trusts its files: this is for files of known origin.
class Hdf5Reader {
 public:
  explicit Hdf5Reader(std::string const& path);
  ~Hdf5Reader();
  Hdf5Reader(Hdf5Reader&& other) noexcept;
  Hdf5Reader& operator=(Hdf5Reader&&) = delete;

  /// Whether the file holds an object of this name.
  bool has(std::string const& name) const;

  /// The dataset `name`, whose type must be T.
  template <class T>
  Hdf5Array<T> read(std::string const& name) const {
    Hdf5Array<T> array;
    T const* const none = nullptr;
    array.dims = dims(name, detail::hdf5_type(none));
    array.values.resize(detail::element_count(name, array.dims));
    read_values(name, detail::hdf5_type(none), array.values.data());
    return array;
  }

  /// A text attribute of a dataset or group.
  std::string text(std::string const& object, std::string const& attribute) const;
  /// A number attribute (any integer or floating type).
  double number(std::string const& object, std::string const& attribute) const;

 private:
  struct Impl;
  std::vector<std::size_t> dims(std::string const& name, detail::Hdf5Type type) const;
  void read_values(std::string const& name, detail::Hdf5Type type, void* data) const;

  std::unique_ptr<Impl> impl_;
};

}  // namespace kosnn

#endif
