using System.CommandLine;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc completion</c>: the script that makes a shell complete this tool's command lines.</summary>
/// <remarks>The scripts ask the tool itself, through System.CommandLine's directive <c>[suggest:position]</c>, so that ids are completed too.</remarks>
internal static class CompletionCommand
{
    private const string Bash = """
        # For ~/.bashrc:  source <(daemonrpc completion bash)
        _daemonrpc() {
            local IFS=$'\n'
            COMPREPLY=($(daemonrpc "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null))
        }
        complete -F _daemonrpc daemonrpc
        """;

    private const string Zsh = """
        # For ~/.zshrc, after compinit:  source <(daemonrpc completion zsh)
        _daemonrpc() {
            local -a words_found
            words_found=("${(@f)$(daemonrpc "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -a words_found
        }
        compdef _daemonrpc daemonrpc
        """;

    private const string Fish = """
        # For ~/.config/fish/config.fish:  daemonrpc completion fish | source
        complete -c daemonrpc -f -a '(set -l line (commandline -cp); daemonrpc "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
        """;

    private static readonly Argument<string> s_shell = new("shell") { Description = "bash, zsh or fish." };

    public static Command Create()
    {
        _ = s_shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Command command = new("completion", "Writes the script that makes a shell complete daemonrpc's command lines.") { s_shell };
        command.Do(static (arguments, _) =>
        {
            StandardOutput.WriteLine(arguments.GetValue(s_shell) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash });
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
