using MemoryPack;

namespace WarmRoslyn.Contract;

/// <summary>A declaration.</summary>
/// <param name="Kind">Such as <c>class</c> or <c>method</c>.</param>
/// <param name="Name">The name with everything that it is in, and with its parameters.</param>
/// <param name="Path">The file's full path.</param>
/// <param name="Line">The line from 1.</param>
/// <param name="Column">The column from 1.</param>
/// <param name="Depth">In how many types of the same file it is.</param>
[MemoryPackable]
public partial record CodeSymbol(string Kind, string Name, string Path, int Line, int Column, int Depth = 0);

/// <summary>A place where a symbol is declared or used.</summary>
/// <param name="Path">The file's full path.</param>
/// <param name="Line">The line from 1.</param>
/// <param name="Column">The column from 1.</param>
/// <param name="IsDeclaration">Whether the symbol is declared here.</param>
/// <param name="Text">The line, without the blanks around it.</param>
[MemoryPackable]
public partial record CodeReference(string Path, int Line, int Column, bool IsDeclaration, string Text);
