#include "kosnn/core/shape.hpp"

kosnn::Shape const shape{28, 2.5};
