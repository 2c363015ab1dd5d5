using System.Diagnostics;
using System.Globalization;

namespace DaemonRpc.Benchmarks.Drivers;

/// <summary>A client that stays connected, and does what it is told.</summary>
internal sealed class WarmClient : IDisposable
{
    private readonly Workspace _workspace;
    private readonly string _name;
    private readonly Process _process;

    public WarmClient(Workspace workspace, string path, string[] arguments, IReadOnlyDictionary<string, string> environment, int? processor)
    {
        _workspace = workspace;
        _name = Path.GetFileName(path);
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment.Clear();
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using var pin = new Pin(processor);
        _process = workspace.Start(() => Process.Start(start)!);
    }

    /// <summary>So many calls, one after another.</summary>
    public Round Run(string workload, int calls, int size) =>
        Round.Parse(Ask(string.Create(CultureInfo.InvariantCulture, $"{workload} {calls} {size}")));

    /// <summary>Whatever it understands; one line.</summary>
    public string Ask(string question)
    {
        try
        {
            _process.StandardInput.WriteLine(question);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has left; then there is no answer either.
        }

        return _process.StandardOutput.ReadLine() ?? throw _workspace.Failure($"{_name} ended in the middle of '{question}'.");
    }

    public void Dispose()
    {
        // The end of its input is what it leaves at.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
