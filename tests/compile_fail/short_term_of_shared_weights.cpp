#include "kosnn/kosnn.hpp"

struct In {};
struct Maps {};

void make() {
  using namespace kosnn;
  project(In{}, Maps{}, Conv2d{3}, weights::constant(1)).short_term_of_synapses(TsodyksMarkram{});
}
