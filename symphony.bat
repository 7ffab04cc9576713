@echo off
rem Double-click for JupyterLab, or start with a command: symphony.bat run
setlocal
cd /d "%~dp0"
if exist ".venv\Scripts\symphony.exe" goto ready
echo The first start builds the environment; it takes some minutes.
py -3 -m venv .venv || goto failed
".venv\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock || goto failed
".venv\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-deps -e . || goto failed
:ready
if "%~1"=="" (".venv\Scripts\symphony.exe" lab) else (".venv\Scripts\symphony.exe" %*)
if errorlevel 1 pause
exit /b %errorlevel%
:failed
echo It could not be built: is Python 3.11 to 3.13 installed, and is there a network?
pause
exit /b 1
