using System.Globalization;
using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the part of the contract that describes its methods to clients and daemons of other builds.</summary>
internal static class MethodFormsEmitter
{
    /// <summary>Whether the contract has methods that other builds may understand.</summary>
    public static bool IsNeeded(ContractModel contract) => contract.Forms.Count > 0;

    public static string Emit(ContractModel contract)
    {
        SourceWriter writer = FileHeader.Begin(contract, "The fingerprints of the methods");
        ContractEmitter.OpenPart(writer, contract.Identity);
        writer.WriteMember("private static void DescribeMethods(global::DaemonRpc.CodeGen.MethodForms methods)");
        writer.Open();
        writer.Write("// Two builds understand each other's calls if their fingerprints are equal. VersionPolicy.Compatible compares them.");
        foreach (MethodFormsModel method in contract.Forms)
        {
            Write(writer, method);
        }

        writer.Close();
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static void Write(SourceWriter writer, MethodFormsModel method)
    {
        string end = method.Shorter.Count == 0 ? ";" : "";
        writer.Write($"methods.Add(Methods.{method.ConstantName}, {method.Arguments.ToString(CultureInfo.InvariantCulture)}, {Hex(method.Fingerprint)}){end}");
        for (int index = 0; index < method.Shorter.Count; index++)
        {
            ShorterFormModel form = method.Shorter[index];
            end = index == method.Shorter.Count - 1 ? ";" : "";
            writer.Write($"    .Without<{form.Type}>({Hex(form.Id)}, {Hex(form.Fingerprint)}, {form.Default}){end}");
        }
    }

    private static string Hex(uint number) => $"0x{number.ToString("x8", CultureInfo.InvariantCulture)}";

    private static string Hex(ulong number) => $"0x{number.ToString("x16", CultureInfo.InvariantCulture)}";
}
