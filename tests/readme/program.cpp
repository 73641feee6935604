#include "readme_program.inc"
