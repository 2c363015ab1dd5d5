using System.Diagnostics;
using DaemonRpc.Testing.Processes;

namespace DaemonRpc.Testing;

/// <summary>A place for real daemons, which no other test and no daemon of the user shares. Disposing it ends them all and deletes their files.</summary>
/// <remarks>
/// Create one per test, or one per class of tests that share a warm daemon. At its end, each daemon is asked to stop; one that does not answer within 2 seconds, or
/// has not stopped within 5, is killed. Not for Windows. Safe from any thread.
/// </remarks>
/// <example>
/// <code>
/// await using var fixture = new DaemonFixture();
/// await using WordsClient words = await WordsClient.ConnectAsync(fixture.ClientOptions(DaemonLaunch.Executable(path)));
/// </code>
/// </example>
public sealed class DaemonFixture : IAsyncDisposable
{
    private readonly DaemonFolder _folder;
    private bool _isDisposed;

    /// <summary>Creates the folder, which only the user can access.</summary>
    /// <exception cref="PlatformNotSupportedException">This is Windows, where there are no daemons.</exception>
    public DaemonFixture() => _folder = OperatingSystem.IsWindows()
        ? throw new PlatformNotSupportedException("There are no daemons on Windows.")
        : DaemonFolder.Create();

    /// <summary>A folder for the test's own files, with a short path. Deleted at the end.</summary>
    public string Folder => _folder.Path;

    /// <summary>The daemons' runtime directory, within <see cref="Folder"/>. The first client creates it.</summary>
    public string RuntimeDirectory => _folder.RuntimeDirectory;

    /// <summary>Whether the test ends daemons itself, so that <see cref="DisposeAsync"/> throws no <see cref="DaemonFixtureException"/>. False by default.</summary>
    public bool AllowsCrashes { get; set; }

    /// <summary>Creates options for a client in the test's process.</summary>
    /// <param name="launch">How the client starts the daemon. Not <see cref="DaemonLaunch.Self"/> or <see cref="DaemonLaunch.Default"/>: that is the test runner.</param>
    /// <returns>New options, which the caller may change, but for their runtime directory.</returns>
    public DaemonClientOptions ClientOptions(DaemonLaunch launch)
    {
        ArgumentNullException.ThrowIfNull(launch);
        return new DaemonClientOptions { RuntimeDirectory = RuntimeDirectory, Launch = launch };
    }

    /// <summary>Has a process that the test starts, such as the tool itself, use the daemons of this fixture: sets <c>DAEMONRPC_DIR</c>.</summary>
    /// <param name="start">The process's start. Must not use the shell (<see cref="ProcessStartInfo.UseShellExecute"/>).</param>
    public void Prepare(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        start.Environment["DAEMONRPC_DIR"] = RuntimeDirectory;
    }

    /// <summary>Stops every daemon, kills those that do not stop, and deletes the folder.</summary>
    /// <remarks>Close the clients first. The processes that the test itself started are the test's to end.</remarks>
    /// <exception cref="DaemonFixtureException">
    /// A daemon had ended without a word (a crash, a kill), or had to be killed, and <see cref="AllowsCrashes"/> is false. Thrown when everything has been cleaned up.
    /// </exception>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        IReadOnlyList<string> complaints;
        try
        {
            complaints = await new Cleanup(RuntimeDirectory).RunAsync().ConfigureAwait(false);
        }
        finally
        {
            _folder.Delete();
        }

        if (complaints.Count > 0 && !AllowsCrashes)
        {
            throw new DaemonFixtureException(string.Join(Environment.NewLine, complaints));
        }
    }
}
