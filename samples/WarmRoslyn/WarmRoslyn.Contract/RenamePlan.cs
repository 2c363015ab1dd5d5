using MemoryPack;

namespace WarmRoslyn.Contract;

/// <summary>What a new name would change.</summary>
/// <param name="Symbol">What is renamed.</param>
/// <param name="Files">The files that would change.</param>
/// <param name="NewErrors">What the compiler would then complain about, and does not now.</param>
[MemoryPackable]
public partial record RenamePlan(string Symbol, FilePatch[] Files, CodeDiagnostic[] NewErrors);

/// <summary>The changes of one file.</summary>
/// <param name="Path">The file's full path.</param>
/// <param name="Hunks">The hunks of a unified diff, each line ended by a line feed.</param>
[MemoryPackable]
public partial record FilePatch(string Path, string Hunks);
