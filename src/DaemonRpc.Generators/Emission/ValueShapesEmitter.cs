using System.Globalization;
using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the part of the contract that describes to the runtime the byte layout of its values.</summary>
internal static class ValueShapesEmitter
{
    /// <summary>Whether the contract has values whose bytes the runtime checks before reading them.</summary>
    public static bool IsNeeded(ContractModel contract) => contract.Shapes.Roots.Count > 0;

    public static string Emit(ContractModel contract)
    {
        SourceWriter writer = FileHeader.Begin(contract, "The layout of the values");
        ContractEmitter.OpenPart(writer, contract.Identity);
        WriteDescribe(writer, contract.Shapes);
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static void WriteDescribe(SourceWriter writer, ValueShapesModel shapes)
    {
        writer.WriteMember("private static void DescribeValues()");
        writer.Open();
        writer.Write($""""
            // The runtime checks bytes against these shapes before it reads them. Its ValueShapeReader explains the notation.
            global::DaemonRpc.Serialization.ValueShapes shapes = new(
                """
            {string.Join("\n", shapes.Lines.Select(static line => "    " + line))}
                """{string.Concat(shapes.Sizes.Select(static type => $",\n    global::System.Runtime.CompilerServices.Unsafe.SizeOf<{type}>()"))});
            """");
        foreach (ValueShapeRoot root in shapes.Roots)
        {
            writer.Write($"shapes.Add<{root.Type}>({root.Line.ToString(CultureInfo.InvariantCulture)});");
        }

        writer.Close();
    }
}
