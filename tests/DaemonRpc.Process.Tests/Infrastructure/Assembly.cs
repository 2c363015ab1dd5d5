using System.Runtime.CompilerServices;

// Structures of the C interface are laid out as declared.
[assembly: DisableRuntimeMarshalling]
