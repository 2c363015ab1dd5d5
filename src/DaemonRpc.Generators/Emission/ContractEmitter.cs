using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the method that describes the contract to the runtime.</summary>
internal static class ContractEmitter
{
    public static void WriteCreate(SourceWriter writer, ContractModel contract)
    {
        writer.WriteMember($$"""
            private static global::DaemonRpc.CodeGen.DaemonContract CreateContract() => new()
            {
                Id = {{contract.IdLiteral}},
                Interface = typeof({{contract.Identity.Interface}}),
                BuildTimestampTicks = {{contract.Identity.Daemon}}.BuildTimestampTicks,
            """);
        if (FormattersEmitter.IsNeeded(contract))
        {
            writer.Write("    RegisterFormatters = RegisterFormatters,");
        }

        if (contract.Shapes.Roots.Count > 0)
        {
            writer.Write("    DescribeValues = DescribeValues,");
        }

        writer.Write("};");
        if (contract.Shapes.Roots.Count > 0)
        {
            ValueShapesEmitter.WriteDescribe(writer, contract.Shapes);
        }
    }
}
