using Xunit.Sdk;
using Xunit.v3;

// The builds each use the whole machine: side by side they are no faster.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(PackedPackage))]
