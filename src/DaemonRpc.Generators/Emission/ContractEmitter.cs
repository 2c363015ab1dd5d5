using System.Globalization;
using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the class that client, dispatcher and daemon share: the contract's description for the runtime, and the ids of its methods.</summary>
internal static class ContractEmitter
{
    public static string Emit(ContractModel contract)
    {
        ContractIdentity names = contract.Identity;
        SourceWriter writer = FileHeader.Begin(contract, "The description");
        OpenDaemon(writer, names);
        writer.WriteMember($"""
            /// <summary>Describes <see cref="{names.Interface}"/> to the runtime, for the client and for the daemon.</summary>
            """);
        OpenContract(writer);
        WriteDescription(writer, contract);
        writer.Close();
        WriteMethods(writer, contract.Methods);
        writer.Close();
        return writer.ToString();
    }

    /// <summary>Opens the contract's partial class again, in another file.</summary>
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
            /// <summary>The contract's description for the runtime. Created once, when first needed.</summary>
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

        if (MethodFormsEmitter.IsNeeded(contract))
        {
            writer.Write("    DescribeMethods = DescribeMethods,");
        }

        if (contract.Methods.Any(static method => method.PassesDescriptors))
        {
            writer.Write("    PassesDescriptors = true,");
        }

        string[] faults = [.. contract.Methods.SelectMany(static method => method.Faults).Distinct()];
        if (faults.Length > 0)
        {
            writer.Write($"    Faults = [{string.Join(", ", faults.Select(static fault => $"global::DaemonRpc.Serialization.FaultType.Of<{fault}>()"))}],");
        }

        writer.Write("};");
    }

    /// <summary>Writes the class with the ids of methods, unless there are none.</summary>
    public static void WriteMethods(SourceWriter writer, EquatableArray<MethodModel> methods)
    {
        if (methods.Count == 0)
        {
            return;
        }

        writer.WriteMember("""
            /// <summary>The ids of the methods on the wire: hashes of their names and parameter types.</summary>
            internal static class Methods
            """);
        writer.Open();
        foreach (MethodModel method in methods)
        {
            writer.Write($"internal const uint {method.ConstantName} = 0x{method.Id.ToString("x8", CultureInfo.InvariantCulture)};");
        }

        writer.Close();
    }
}
