using System.Globalization;
using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the class that client, dispatcher and daemon share: the contract's description for the runtime, and the ids of its methods.</summary>
internal static class ContractEmitter
{
    public static string Emit(ContractModel contract)
    {
        ContractIdentity names = contract.Identity;
        SourceWriter writer = FileHeader.Begin(contract, "What the runtime is told");
        OpenDaemon(writer, names);
        writer.WriteMember($"""
            /// <summary>What the runtime is told of <see cref="{names.Interface}"/>, by its client and by its daemon.</summary>
            """);
        OpenContract(writer);
        WriteDescription(writer, contract);
        writer.Close();
        WriteIds(writer, contract);
        writer.Close();
        return writer.ToString();
    }

    /// <summary>Opens the contract's partial class in another file, for one more part of it.</summary>
    public static void OpenPart(SourceWriter writer, ContractIdentity names)
    {
        OpenDaemon(writer, names);
        OpenContract(writer);
    }

    private static void OpenDaemon(SourceWriter writer, ContractIdentity names)
    {
        writer.Write($"{names.Visibility} static partial class {names.Daemon}");
        writer.Open();
    }

    private static void OpenContract(SourceWriter writer)
    {
        writer.Write("internal static partial class Contract");
        writer.Open();
    }

    private static void WriteDescription(SourceWriter writer, ContractModel contract)
    {
        writer.WriteMember($$"""
            /// <summary>The description. Made once, when it is first needed.</summary>
            internal static global::DaemonRpc.CodeGen.DaemonContract Description { get; } = new()
            {
                Id = {{contract.IdLiteral}},
                Interface = typeof({{contract.Identity.Interface}}),
                BuildTimestampTicks = {{contract.Identity.Daemon}}.BuildTimestampTicks,
            """);
        if (FormattersEmitter.IsNeeded(contract))
        {
            writer.Write("    RegisterFormatters = RegisterFormatters,");
        }

        if (ValueShapesEmitter.IsNeeded(contract))
        {
            writer.Write("    DescribeValues = DescribeValues,");
        }

        writer.Write("};");
    }

    private static void WriteIds(SourceWriter writer, ContractModel contract)
    {
        if (contract.Methods.Count == 0)
        {
            return;
        }

        writer.WriteMember("""
            /// <summary>What the methods are called on the wire: hashes of their names and parameter types.</summary>
            internal static class Methods
            """);
        writer.Open();
        foreach (MethodModel method in contract.Methods)
        {
            writer.Write($"internal const uint {method.ConstantName} = 0x{method.Id.ToString("x8", CultureInfo.InvariantCulture)};");
        }

        writer.Close();
    }
}
