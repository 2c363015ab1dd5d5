using DaemonRpc.Generators.Model;

namespace DaemonRpc.Generators.Emission;

/// <summary>Writes the method that describes the contract to the runtime and keeps its serialisers alive.</summary>
internal static class ContractEmitter
{
    public static void WriteCreate(SourceWriter writer, ContractModel contract)
    {
        bool hasFormatters = contract.Packables.Count + contract.Formatters.Count > 0;
        writer.WriteMember($$"""
            private static global::DaemonRpc.CodeGen.DaemonContract CreateContract() => new()
            {
                Id = {{contract.IdLiteral}},
                Interface = typeof({{contract.Identity.Interface}}),
                BuildTimestampTicks = {{contract.Identity.Daemon}}.BuildTimestampTicks,
            """);
        if (hasFormatters)
        {
            writer.Write("    RegisterFormatters = RegisterFormatters,");
        }

        writer.Write("};");
        if (hasFormatters)
        {
            WriteRoots(writer, contract);
        }
    }

    private static void WriteRoots(SourceWriter writer, ContractModel contract)
    {
        writer.WriteMember("private static void RegisterFormatters()");
        writer.Open();
        writer.Write("// Under Native AOT these serialisers exist only because they are named here.");
        foreach (string packable in contract.Packables)
        {
            writer.Write($"global::MemoryPack.MemoryPackFormatterProvider.Register<{packable}>();");
        }

        foreach (string formatter in contract.Formatters)
        {
            writer.Write($"global::DaemonRpc.CodeGen.Formatters.Root(new {formatter}());");
        }

        writer.Close();
    }
}
