namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>The projects of a stranger: the contract in a library, its base interfaces in another, the tool, and a console program that tests it.</summary>
internal static class ShopSolution
{
    public const string File = "Shop.slnx";

    private const string Properties = "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors>";

    /// <returns>The tool.</returns>
    public static TestProject Write(TestSolution solution)
    {
        TestProject stock = solution.AddLibrary("Stock", PackedPackage.MemoryPackReference, Properties);
        stock.Write("Library.cs", ShopContract.Bases);

        TestProject contract = solution.AddLibrary("Contract", solution.PackageReference + stock.Reference, Properties);
        contract.Write("IShop.cs", ShopContract.Interface);
        contract.Write("Types.cs", ShopContract.Types);
        contract.Write("Text.cs", ShopContract.Text);

        TestProject app = solution.AddExecutable("App", contract.Reference, Properties);
        app.Write("Program.cs", ShopProgram.Main);
        app.Write("ShopTool.cs", ShopProgram.Tool);
        app.Write("ShopHandler.cs", ShopProgram.Handler);
        app.Write("Calls.cs", ShopChecks.Calls);
        app.Write("Environments.cs", ShopCommands.Environments);
        app.Write("Crashes.cs", ShopCommands.Crashes);
        app.Write("Logs.cs", ShopCommands.Logs);
        app.Write("Management.cs", ShopCommands.Management);

        TestProject checks = solution.AddExecutable("Checks", app.Reference, Properties);
        checks.Write("Program.cs", ShopChecks.Checks);

        solution.Folder.Write(File, """
            <Solution>
              <Project Path="App/App.csproj" />
              <Project Path="Checks/Checks.csproj" />
              <Project Path="Contract/Contract.csproj" />
              <Project Path="Stock/Stock.csproj" />
            </Solution>
            """);
        return app;
    }
}
