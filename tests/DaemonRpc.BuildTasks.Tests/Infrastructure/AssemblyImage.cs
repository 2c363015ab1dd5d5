using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace DaemonRpc.BuildTasks.Tests.Infrastructure;

/// <summary>What the headers of an assembly say.</summary>
/// <param name="Machine">As in the file: where it has native code, XORed with a number of the operating system that the code is for.</param>
/// <param name="HasNativeCode">Whether it was compiled ahead of time, beside its IL.</param>
/// <param name="Compilation">The module version id: one per compilation of the sources.</param>
/// <param name="Symbols">The id of the .pdb that belongs to it.</param>
internal sealed record AssemblyImage(Machine Machine, bool HasNativeCode, Guid Compilation, Guid Symbols)
{
    public static AssemblyImage InPackage(string package, string entry)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        using Stream stream = archive.GetEntry(entry)!.Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return Read([.. bytes.ToArray()]);
    }

    public static AssemblyImage OfFile(string path) => Read([.. File.ReadAllBytes(path)]);

    private static AssemblyImage Read(ImmutableArray<byte> bytes)
    {
        using PEReader reader = new(bytes);
        MetadataReader metadata = reader.GetMetadataReader();
        DebugDirectoryEntry symbols = reader.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView);
        return new AssemblyImage(
            reader.PEHeaders.CoffHeader.Machine,
            reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0,
            metadata.GetGuid(metadata.GetModuleDefinition().Mvid),
            reader.ReadCodeViewDebugDirectoryData(symbols).Guid);
    }
}
