using System.Globalization;
using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the part of the contract that names the serialisers of a contract's types.</summary>
/// <remarks>
/// The serialisers are named for two reasons. Trimming and Native AOT keep only code that other code names. And under Native AOT, code that
/// several types share cannot call a record's static generic serialiser, so each record gets a serialiser of its own, which names the record
/// (docs/decisions.md, docs/upstream/nativeaot-static-virtual.md).
/// </remarks>
internal static class FormattersEmitter
{
    private const string Writer = "ref global::MemoryPack.MemoryPackWriter<global::DaemonRpc.Serialization.ValueWriter> writer";
    private const string Reader = "ref global::MemoryPack.MemoryPackReader reader";

    /// <summary>Whether the contract has types whose serialisers code must name.</summary>
    public static bool IsNeeded(ContractModel contract) => contract.Packables.Count + contract.Formatters.Count + contract.CopiedPackables.Count > 0;

    public static string Emit(ContractModel contract)
    {
        SourceWriter writer = FileHeader.Begin(contract, "The serialisers");
        ContractEmitter.OpenPart(writer, contract.Identity);
        WriteRegister(writer, contract);
        for (int index = 0; index < contract.ExactPackables.Count; index++)
        {
            WriteFormatter(writer, contract.ExactPackables[index], NameOf(index));
        }

        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static void WriteRegister(SourceWriter writer, ContractModel contract)
    {
        writer.WriteMember("private static void RegisterFormatters()");
        writer.Open();
        writer.Write("// Trimming and Native AOT keep these serialisers because they are named here.");
        foreach (string packable in contract.Packables)
        {
            writer.Write($"global::MemoryPack.MemoryPackFormatterProvider.Register<{packable}>();");
        }

        WriteRoots(writer, contract.Formatters);
        foreach (string packable in contract.CopiedPackables)
        {
            writer.Write($"global::DaemonRpc.Serialization.Formatters.RootCopied<{packable}>();");
        }

        if (contract.ExactPackables.Count + contract.MemberFormatters.Count > 0)
        {
            writer.WriteBlankLine();
            writer.Write("// Native AOT cannot call a type's own serialiser from code that several types share. Each of these serialises one type.");
            writer.Write("if (!global::System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported)");
            writer.Open();
            WriteRoots(writer, contract.MemberFormatters);
            for (int index = 0; index < contract.ExactPackables.Count; index++)
            {
                writer.Write($"global::DaemonRpc.Serialization.Formatters.Root(new {NameOf(index)}());");
            }

            writer.Close();
        }

        writer.Close();
    }

    private static void WriteRoots(SourceWriter writer, EquatableArray<string> formatters)
    {
        foreach (string formatter in formatters)
        {
            writer.Write($"global::DaemonRpc.Serialization.Formatters.Root(new {formatter}());");
        }
    }

    private static void WriteFormatter(SourceWriter writer, PackableModel packable, string name)
    {
        writer.WriteMember($"private sealed class {name} : global::DaemonRpc.Serialization.PackableFormatter<{packable.Type}>");
        writer.Open();
        if (packable.Cases.Count == 0)
        {
            writer.WriteMember($"protected override void Write({Writer}, scoped ref {packable.NullableType} value) =>");
            writer.Write("    WritePackable(ref writer, ref value);");
            writer.WriteMember($"public override void Deserialize({Reader}, scoped ref {packable.NullableType} value) =>");
            writer.Write("    reader.ReadPackable(ref value);");
        }
        else
        {
            WriteUnionWrite(writer, packable);
            WriteUnionRead(writer, packable);
        }

        writer.Close();
    }

    private static void WriteUnionWrite(SourceWriter writer, PackableModel union)
    {
        writer.WriteMember($$"""
            protected override void Write({{Writer}}, scoped ref {{union.NullableType}} value)
            {
                if (value is null)
                {
                    writer.WriteNullUnionHeader();
                }
            """);
        foreach (UnionCaseModel unionCase in union.Cases)
        {
            writer.Write($$"""
                    else if (value.GetType() == typeof({{unionCase.Type}}))
                    {
                        writer.WriteUnionHeader({{TagOf(unionCase)}});
                        writer.WritePackable(({{unionCase.Type}})value);
                    }
                """);
        }

        writer.Write($$"""
                else
                {
                    global::MemoryPack.MemoryPackSerializationException.ThrowNotFoundInUnionType(value.GetType(), typeof({{union.Type}}));
                }
            }
            """);
    }

    private static void WriteUnionRead(SourceWriter writer, PackableModel union)
    {
        writer.WriteMember($$"""
            public override void Deserialize({{Reader}}, scoped ref {{union.NullableType}} value)
            {
                if (!reader.TryReadUnionHeader(out ushort tag))
                {
                    value = default;
                    return;
                }

                switch (tag)
                {
            """);
        foreach (UnionCaseModel unionCase in union.Cases)
        {
            string local = "case" + TagOf(unionCase);
            writer.Write($"""
                        case {TagOf(unionCase)}:
                            {unionCase.Type}? {local} = value as {unionCase.Type};
                            reader.ReadPackable(ref {local});
                            value = {local};
                            break;

                """);
        }

        writer.Write($$"""
                    default:
                        global::MemoryPack.MemoryPackSerializationException.ThrowInvalidTag(tag, typeof({{union.Type}}));
                        break;
                }
            }
            """);
    }

    private static string NameOf(int index) => "Formatter" + index.ToString(CultureInfo.InvariantCulture);

    private static string TagOf(UnionCaseModel unionCase) => unionCase.Tag.ToString(CultureInfo.InvariantCulture);
}
