using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the method that describes the contract to the runtime and keeps its serialisers alive.</summary>
internal static class ContractEmitter
{
    public static void WriteCreate(SourceWriter writer, ContractModel contract)
    {
        writer.WriteMember("private static global::DaemonRpc.CodeGen.DaemonContract CreateContract()");
        writer.Open();
        WriteRoots(writer, contract);
        writer.Write($$"""
            return new global::DaemonRpc.CodeGen.DaemonContract
            {
                Id = {{contract.IdLiteral}},
                Interface = typeof({{contract.Identity.Interface}}),
                BuildTimestampTicks = {{contract.Identity.Daemon}}.BuildTimestampTicks,
            };
            """);
        writer.Close();
    }

    private static void WriteRoots(SourceWriter writer, ContractModel contract)
    {
        if (contract.Packables.Count + contract.Formatters.Count == 0)
        {
            return;
        }

        writer.Write("// Under Native AOT these serialisers exist only because they are named here.");
        foreach (string packable in contract.Packables)
        {
            writer.Write($"global::MemoryPack.MemoryPackFormatterProvider.Register<{packable}>();");
        }

        foreach (string formatter in contract.Formatters)
        {
            writer.Write($"global::DaemonRpc.CodeGen.Formatters.Root(new {formatter}());");
        }

        writer.WriteBlankLine();
    }
}
